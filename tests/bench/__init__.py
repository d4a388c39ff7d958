"""The benchmarks of `make bench`: one `name: value` a line, ratios against bare parts of the same machine."""
