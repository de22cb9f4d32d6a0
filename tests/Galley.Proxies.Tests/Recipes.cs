// How the proxies are set up: as Debian's packages have them, and as lenient as they can be made, since it is a lenient front that a strict backend
// has to stand behind. Short times, because some of the attacks leave a front waiting for more; connections to the backend are few and kept.

namespace Galley.Proxies.Tests;

/// <summary>One proxy of a chain.</summary>
internal sealed record Hop(string Program, Func<string, string, string, string> Settings, Func<string, string[]> Arguments);

/// <summary>A chain of proxies, the client's side first.</summary>
internal sealed record Recipe(string Name, params Hop[] Hops);

internal static class Recipes
{
    private static readonly Hop s_nginx = Nginx(isLenient: false, marks: true);
    private static readonly Hop s_nginxLenient = Nginx(isLenient: true, marks: true);
    private static readonly Hop s_haproxy = HAProxy(isLenient: false, marks: true);
    private static readonly Hop s_haproxyLenient = HAProxy(isLenient: true, marks: true);

    public static IReadOnlyList<Recipe> All { get; } =
    [
        new("nginx", s_nginx),
        new("nginx, lenient", s_nginxLenient),
        new("haproxy", s_haproxy),
        new("haproxy, lenient", s_haproxyLenient),
        // The last hop's id is the one that counts: it is the one that shares connections with the backend.
        new("nginx, then haproxy", Nginx(isLenient: true, marks: false), s_haproxyLenient),
        new("haproxy, then nginx", HAProxy(isLenient: true, marks: false), s_nginxLenient),
    ];

    // Lenient: bodies are passed on while they come, invalid names and underscores are let through, paths are left alone.
    private static Hop Nginx(bool isLenient, bool marks) => new("nginx", (folder, listen, next) => $$"""
        daemon off;
        master_process off;
        worker_processes 1;
        pid {{folder}}/pid;
        error_log stderr crit;
        events { worker_connections 512; }
        http {
          access_log off;
          client_body_temp_path {{folder}}/body;
          proxy_temp_path {{folder}}/proxy;
          fastcgi_temp_path {{folder}}/fastcgi;
          uwsgi_temp_path {{folder}}/uwsgi;
          scgi_temp_path {{folder}}/scgi;
          client_header_timeout 500ms;
          client_body_timeout 500ms;
          keepalive_timeout 60s;
          keepalive_requests 1000000;
          lingering_time 1s;
          lingering_timeout 500ms;
          proxy_read_timeout 5s;
          {{(isLenient ? "ignore_invalid_headers off; underscores_in_headers on; merge_slashes off;" : "")}}
          upstream next { server {{next}}; keepalive 2; }
          server {
            listen unix:{{listen}};
            location / {
              proxy_pass http://next;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              proxy_set_header Host $http_host;
              {{(isLenient ? "proxy_request_buffering off; proxy_buffering off;" : "")}}
              {{(marks ? $"proxy_set_header {Front.IdField} $request_id; add_header {Front.IdField} $request_id always;" : "")}}
            }
          }
        }
        """, static settings => ["-c", settings, "-p", Path.GetDirectoryName(settings)!, "-e", "stderr"]);

    // Lenient: what breaks the grammar is let through as far as it can be. Every connection to the backend is shared at once.
    private static Hop HAProxy(bool isLenient, bool marks) => new("haproxy", (folder, listen, next) => $"""
        global
          maxconn 512
          nbthread 1
        defaults
          mode http
          timeout connect 5s
          timeout server 5s
          timeout client 1s
          timeout http-request 500ms
          timeout http-keep-alive 60s
          http-reuse always
        frontend in
          bind unix@{listen}
          option disable-h2-upgrade
          {(isLenient ? "option accept-invalid-http-request" : "")}
          {(marks ? $"unique-id-format %[uuid]\n  unique-id-header {Front.IdField}\n  http-response set-header {Front.IdField} %[unique-id]" : "")}
          default_backend next
        backend next
          server one {(next.StartsWith("unix:", StringComparison.Ordinal) ? next.Replace("unix:", "unix@", StringComparison.Ordinal) : next)} pool-max-conn 2
        """ + "\n", static settings => ["-db", "-q", "-f", settings]);
}
