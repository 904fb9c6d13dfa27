//! The codecs for JavaScript: many parameters in one call. Each is answered by two packed texts: the reason, when it is
//! refused, or an empty text; and what became of it.

use crate::packed::Unpacked;
use crate::query_params::codecs::fields::{Field, Fields};
use crate::query_params::codecs::out::{ANY, Out};
use crate::query_params::codecs::reason::Reason;
use crate::query_params::codecs::shape::{self, Double};

/// Reads the parameters of a definition from a query: packed for each its shape and its keys. They become packed leaves;
/// one that is not there is answered by `absent`. The query does not stay as it is.
pub(super) fn read(definition: &[u8], query: &mut [u8], room: &mut [Field], double: Double, out: &mut Out<'_>) {
    let mut fields = Fields::of(query, room);
    for param in Unpacked::of(definition) {
        let mut keys = Unpacked::of(param);
        answer(out, |leaves| shape::read(keys.part(), keys, &mut fields, double, leaves));
    }
}

/// Writes one parameter: its packed leaves become packed texts.
pub(super) fn write(shape: &[u8], leaves: &[u8], double: Double, out: &mut Out<'_>) {
    answer(out, |texts| shape::write(shape, &mut Unpacked::of(leaves), double, texts));
}

fn answer(out: &mut Out<'_>, run: impl FnOnce(&mut Out<'_>) -> Result<(), Reason>) {
    let start = out.end();
    out.pack(b"");
    let opened = out.open(ANY);
    match run(out) {
        Ok(()) => out.close(opened),
        Err(reason) => {
            out.truncate(start);
            out.pack(reason.text().as_bytes());
            out.pack(b"");
        }
    }
}
