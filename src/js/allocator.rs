//! The allocator of the npm build: blocks of powers of two, and a list of the free ones of each size. Constant time, and
//! a quarter of the bytes of those made for every program; the price is up to twice the memory, of texts that are short.

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size};
use core::cell::Cell;
use core::ptr::{copy_nonoverlapping, null_mut};

const PAGE: usize = 65_536;
/// No type is aligned to more; every block is to this.
const SMALLEST: usize = 16;

/// A free block. Its first bytes tell the next one of its size.
struct Free {
    next: *mut Free,
}

/// The free blocks, by the binary logarithm of their size, and the memory that no block has been cut from.
pub(super) struct Blocks {
    free: [Cell<*mut Free>; usize::BITS as usize],
    fresh: Cell<usize>,
    end: Cell<usize>,
}

impl Blocks {
    pub const fn new() -> Self {
        Self { free: [const { Cell::new(null_mut()) }; usize::BITS as usize], fresh: Cell::new(0), end: Cell::new(0) }
    }

    /// The list that blocks of this size belong to; none where they would fill the address space.
    fn list(&self, size: usize) -> Option<&Cell<*mut Free>> {
        self.free.get(logarithm(size))
    }

    /// A block that was none before, or null when there is no memory left.
    fn cut(&self, size: usize) -> *mut u8 {
        if self.end.get() - self.fresh.get() < size {
            let pages = size.div_ceil(PAGE);
            let before = memory_grow(0, pages);
            if before == usize::MAX {
                return null_mut();
            }
            // What was left is given up, unless the new pages follow on it.
            if before * PAGE != self.end.get() {
                self.fresh.set(before * PAGE);
            }
            self.end.set(memory_size(0) * PAGE);
        }
        let block = self.fresh.get();
        self.fresh.set(block + size);
        block as *mut u8
    }
}

const fn logarithm(size: usize) -> usize {
    let size = if size < SMALLEST { SMALLEST } else { size };
    (usize::BITS - (size - 1).leading_zeros()) as usize
}

#[expect(unsafe_code, reason = "an allocator hands out raw memory")]
// SAFETY: a block is cut once from pages that nobody else has, is at least as long as asked, is aligned to `SMALLEST`, and
// is either in use or in the one list of its size: `alloc` takes it out, `dealloc` puts it back by the same layout.
unsafe impl GlobalAlloc for Blocks {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Some(list) = self.list(layout.size()).filter(|_| layout.align() <= SMALLEST) else { return null_mut() };
        let block = list.get();
        if block.is_null() {
            return self.cut(1 << logarithm(layout.size()));
        }
        // SAFETY: what is in a list was written by `dealloc`.
        list.set(unsafe { (*block).next });
        block.cast()
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let Some(list) = self.list(layout.size()) else { return };
        let block = block.cast::<Free>();
        // SAFETY: the block is ours again, and as long as `SMALLEST`.
        unsafe { (*block).next = list.get() };
        list.set(block);
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if logarithm(layout.size()) == logarithm(size) {
            return block;
        }
        // SAFETY: the caller's size is valid with this alignment.
        let new = unsafe { self.alloc(Layout::from_size_align_unchecked(size, layout.align())) };
        if !new.is_null() {
            // SAFETY: both blocks are as long as the smaller size, and are not the same.
            unsafe {
                copy_nonoverlapping(block, new, layout.size().min(size));
                self.dealloc(block, layout);
            }
        }
        new
    }
}

#[expect(unsafe_code, reason = "a static must be Sync; without atomics there is no second thread to share it with")]
// SAFETY: wasm32 without the atomics feature has one thread.
unsafe impl Sync for Blocks {}
