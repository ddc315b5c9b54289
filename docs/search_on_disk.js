// The search of the site, where it is read from a disk: browsers start no worker from a file, so it works in a frame.
if (location.protocol === "file:") {
  window.Worker = class {
    constructor(address) {
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      this.frame.srcdoc = "<!doctype html>";
      this.ready = new Promise((resolve) => {
        this.frame.onload = () => {
          const inner = this.frame.contentWindow;
          inner.postMessage = (data) => setTimeout(() => this.onmessage?.({ data }));
          const script = inner.document.createElement("script");
          script.src = address;
          script.onload = resolve;
          inner.document.body.append(script);
        };
      });
      document.documentElement.append(this.frame);
    }

    postMessage(data) {
      this.ready.then(() => this.frame.contentWindow.onmessage({ data }));
    }

    terminate() {
      this.frame.remove();
    }
  };
}
