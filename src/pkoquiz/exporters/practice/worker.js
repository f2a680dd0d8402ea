// The service worker of the hosted page: the network first, and what was fetched last without one.
const cacheName = "pkoquiz-VERSION";

self.addEventListener("install", event => {
  const files = ["./", "manifest.webmanifest", "icon.svg"];
  event.waitUntil(caches.open(cacheName).then(cache => cache.addAll(files)));
  self.skipWaiting();
});

self.addEventListener("activate", event => {
  const removed = caches
    .keys()
    .then(names =>
      Promise.all(
        names
          .filter(name => name.startsWith("pkoquiz-") && name !== cacheName)
          .map(name => caches.delete(name)),
      ),
    );
  event.waitUntil(removed.then(() => self.clients.claim()));
});

self.addEventListener("fetch", event => {
  if (event.request.method !== "GET") return;
  if (new URL(event.request.url).origin !== self.location.origin) return;
  const cached = () =>
    caches.match(event.request, { ignoreSearch: true }).then(match => match ?? Response.error());
  event.respondWith(
    fetch(event.request).then(response => {
      if (response.ok) {
        const copy = response.clone();
        caches.open(cacheName).then(cache => cache.put(event.request, copy));
      }
      return response;
    }, cached),
  );
});
