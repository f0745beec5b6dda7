using System.Net;
using System.Text;

namespace MuLambda.Benchmarks.Targets;

/// <summary>A POST of JSON over HTTP/1.1 and connections that stay open.</summary>
/// <param name="name">What the table calls it.</param>
/// <param name="url">The URL that predicts.</param>
internal sealed class HttpTarget(string name, Uri url) : ITarget
{
    public string Name => name;

    public ICaller CreateCaller(Payload payload) => new Caller(url, payload);

    private sealed class Caller : ICaller
    {
        private readonly HttpConnection[] connections;
        private readonly byte[][] requests;

        public Caller(Uri url, Payload payload)
        {
            var endpoint = new IPEndPoint(IPAddress.Parse(url.Host), url.Port);
            requests = [.. payload.Parts.Select(part => Request(url, part.Json))];
            connections = [.. payload.Parts.Select(_ => new HttpConnection(endpoint))];
        }

        public async ValueTask CallAsync()
        {
            for (var i = 0; i < connections.Length; i++)
            {
                await connections[i].SendAsync(requests[i]);
            }

            foreach (var connection in connections)
            {
                await connection.ReceiveAsync();
            }
        }

        public ValueTask DisposeAsync()
        {
            foreach (var connection in connections)
            {
                connection.Dispose();
            }

            return ValueTask.CompletedTask;
        }

        private static byte[] Request(Uri url, byte[] body) =>
        [
            .. Encoding.ASCII.GetBytes(
                $"POST {url.AbsolutePath} HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n"),
            .. body,
        ];
    }
}
