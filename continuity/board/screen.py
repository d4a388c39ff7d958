"""One open stream, which waits without a thread until what it shows has changed."""

import asyncio


class Screen:
    """Is woken when what it shows has changed, or when its reader has gone."""

    __slots__ = ("_woken", "is_gone")

    def __init__(self) -> None:
        self._woken = asyncio.Event()
        self.is_gone = False

    def wake(self) -> None:
        self._woken.set()

    def leave(self) -> None:
        self.is_gone = True
        self._woken.set()

    async def woken_within(self, seconds: float) -> bool:
        """Wait until woken. Answers False when the time was up first."""
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return False
        self._woken.clear()
        return True
