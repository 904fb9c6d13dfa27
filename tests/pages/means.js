// What claims use inside a real page as `browser`: the means of `createBrowser` of tabstate/testing, done by the browser itself.

{
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const go = async (delta) => {
    const before = location.href;
    history.go(delta);
    for (let waited = 0; location.href === before && waited < 5000; waited += 10) await sleep(10);
    await sleep(50);
  };

  globalThis.browser = {
    advance: sleep,
    back: () => go(-1),
    forward: () => go(1),
    go,
    spendHistoryBudget() {
      for (let nth = 1; nth <= 450; nth += 1) {
        try {
          history.replaceState(history.state, "");
        } catch (error) {
          if (error.name !== "SecurityError") throw error;
        }
      }
    },
    fillStorage() {
      let length = 0;
      for (let step = 1 << 23; step >= 1; step /= 2) {
        try {
          sessionStorage.setItem("other-code", "x".repeat(length + step));
          length += step;
        } catch (error) {
          if (error.name !== "QuotaExceededError") throw error;
        }
      }
    },
  };
}
