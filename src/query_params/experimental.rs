//! What Streamlit's removed `experimental_get_query_params` and `experimental_set_query_params` did, for code that is
//! moving.

use alloc::string::String;
use alloc::vec::Vec;

use super::audience::Audience;
use super::live::LiveParams;
use super::param::IntoParam;
use super::writer::WriteOptions;
use crate::Error;
use crate::port::Page;
use crate::tab::query_params::live;

impl<P: Page, A: Audience> LiveParams<P, A> {
    /// All values of each key, in the order in which the keys first appear; reserved keys are not there.
    pub fn to_lists(&self) -> Vec<(String, Vec<String>)> {
        self.lists().into_vec()
    }
}

/// All values of each key, in the order in which the keys first appear; reserved keys are not there.
///
/// ```
/// # #![allow(deprecated)]
/// use tabstate::query_params::{experimental_get_query_params, experimental_set_query_params};
///
/// experimental_set_query_params([("city", vec!["Oslo"]), ("tag", vec!["sea", "snow"])])?;
/// let params = experimental_get_query_params();
/// assert_eq!(params[1], ("tag".to_owned(), vec!["sea".to_owned(), "snow".to_owned()]));
/// # Ok::<(), tabstate::Error>(())
/// ```
#[deprecated(note = "Streamlit removed it in 1.54: use `query_params::to_dict`, `get_all` or `read`")]
#[must_use]
pub fn experimental_get_query_params() -> Vec<(String, Vec<String>)> {
    live().to_lists()
}

/// Replaces all parameters but the reserved ones, which stay in the address as they are. No parameters clear.
///
/// `None` and an empty list leave the key out; Streamlit wrote `None` as text.
///
/// # Errors
/// [`Reserved`](crate::ErrorKind::Reserved) when one of the keys is reserved; nothing is changed.
#[deprecated(
    note = "Streamlit removed it in 1.54: use `query_params::from_dict`, or `update` to keep other parameters"
)]
pub fn experimental_set_query_params<'a, V: IntoParam>(
    params: impl IntoIterator<Item = (&'a str, V)>,
) -> Result<(), Error> {
    live().from_dict(params, WriteOptions::default())
}
