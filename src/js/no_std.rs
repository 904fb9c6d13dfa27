//! What the standard library would bring: an allocator, the end of a panic, a place for the one state. All three count
//! on wasm32 without threads, which the attributes below make sure of.

use core::cell::OnceCell;

#[cfg(not(target_feature = "atomics"))]
#[global_allocator]
static ALLOCATOR: super::allocator::Blocks = super::allocator::Blocks::new();

/// No input leads here; were it to happen, JavaScript would see a `RuntimeError`.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// A value made when it is first asked for.
pub(crate) struct OneThread<T> {
    cell: OnceCell<T>,
    make: fn() -> T,
}

#[cfg(not(target_feature = "atomics"))]
#[expect(unsafe_code, reason = "a static must be Sync; without atomics there is no second thread to share it with")]
// SAFETY: wasm32 without the atomics feature has one thread.
unsafe impl<T> Sync for OneThread<T> {}

impl<T> OneThread<T> {
    pub const fn new(make: fn() -> T) -> Self {
        Self { cell: OnceCell::new(), make }
    }

    pub fn with<R>(&self, use_it: impl FnOnce(&T) -> R) -> R {
        use_it(self.cell.get_or_init(self.make))
    }
}

/// A value that is made with the module.
pub(crate) struct OfThread<T>(pub T);

#[cfg(not(target_feature = "atomics"))]
#[expect(unsafe_code, reason = "a static must be Sync; without atomics there is no second thread to share it with")]
// SAFETY: wasm32 without the atomics feature has one thread.
unsafe impl<T> Sync for OfThread<T> {}
