//! The one hook that the others are made of: renders a component again when what it watches is another value.

use std::rc::Rc;

use tabstate::watched::Watched;
use yew::prelude::*;

use crate::UseWatchedHandle;

/// What takes over a server's page has to begin as that ended. Yew tells no hook whether it does: the feature says that it may.
const FIRST_IS_INITIAL: bool = cfg!(feature = "hydration");
const IS_SERVER: bool = cfg!(not(target_arch = "wasm32"));

/// Something of this tab: what the other hooks of this crate stand on, for what has no hook of its own.
///
/// The component is rendered again when the value is another one, whoever changed it. What is watched is told by
/// [`Watched::key`]; with another key, another thing is watched from the same render on. On a server it is what
/// [`Watched::initial`] says.
///
/// ```
/// use std::time::Duration;
/// use tabstate::cookies::CookieOptions;
/// use tabstate::watched::Cookie;
/// use tabstate_yew::use_watched;
/// use yew::prelude::*;
///
/// #[component]
/// fn Notice() -> Html {
///     let a_month = CookieOptions { max_age: Some(Duration::from_secs(30 * 86_400)), ..CookieOptions::default() };
///     let notice = use_watched(Cookie::new("notice").options(a_month));
///     let onclick = {
///         let notice = notice.clone();
///         move |_| notice.set(Some("seen".to_owned()))
///     };
///     html! { <button {onclick} hidden={notice.is_some()}>{ "I have read it" }</button> }
/// }
/// ```
#[hook]
pub fn use_watched<W: Watched>(watched: W) -> UseWatchedHandle<W> {
    let render = use_force_update();
    let shown = use_mut_ref(|| None::<UseWatchedHandle<W>>);

    let is_initial = IS_SERVER || (FIRST_IS_INITIAL && shown.borrow().is_none());
    let value = if is_initial { watched.initial() } else { watched.get() };
    let handle = UseWatchedHandle::new(watched, Rc::new(value));
    shown.replace(Some(handle.clone()));

    let follow = {
        let watched = handle.watched().clone();
        move || {
            let look = move || {
                let is_old = shown.borrow().as_ref().is_some_and(|shown| shown.get() != **shown);
                if is_old {
                    render.force_update();
                }
            };
            let subscription = watched.subscribe(look.clone());
            // It may have changed between the render and now.
            look();
            move || drop(subscription)
        }
    };
    use_effect_with(handle.watched().key().to_owned(), move |_key: &String| follow());
    handle
}
