//! The border of the codecs' module: bytes in its memory, and three numbers. Neither wasm-bindgen nor an allocator is in
//! it: they would be larger than the codecs.
//!
//! From `__heap_base` on, where Rust keeps nothing, lie two texts that JavaScript writes, room to work in, and the answer.

#![expect(unsafe_code, reason = "what JavaScript writes into the memory is known by its address alone")]

use super::codecs;
use crate::query_params::codecs::fields::Field;
use crate::query_params::codecs::out::Out;

const PAGE: usize = 65_536;

unsafe extern "C" {
    static __heap_base: u8;
}

#[link(wasm_import_module = "js")]
unsafe extern "C" {
    #[link_name = "double"]
    safe fn double_at(text: *const u8, length: usize) -> f64;
}

fn double(text: &[u8]) -> f64 {
    double_at(text.as_ptr(), text.len())
}

/// Reads a query by a definition, or writes leaves in a shape: texts of these lengths. Returns how long the answer is.
/// Where that is more than the memory holds, the memory has to grow, and the call is to be made again.
#[unsafe(no_mangle)]
extern "C" fn run(reads: bool, first: usize, second: usize) -> usize {
    let start = &raw const __heap_base as usize;
    let size = core::arch::wasm32::memory_size(0) * PAGE - start;
    // SAFETY: everything from `__heap_base` to the end of the memory is there, and nobody else's: this module has no
    // allocator, no thread, and no call out of it comes back in.
    let memory = unsafe { core::slice::from_raw_parts_mut(start as *mut u8, size) };
    let (first, memory) = memory.split_at_mut_checked(first).unwrap_or_default();
    let (second, memory) = memory.split_at_mut_checked(second).unwrap_or_default();
    let (room, memory) = memory.split_at_mut_checked((second.len() / 2 + 2) * size_of::<Field>()).unwrap_or_default();
    // SAFETY: any bytes are a field.
    let (_, room, _) = unsafe { room.align_to_mut() };
    let mut out = Out::of(memory);
    if reads {
        codecs::read(first, second, room, double, &mut out);
    } else {
        codecs::write(first, second, double, &mut out);
    }
    out.end()
}
