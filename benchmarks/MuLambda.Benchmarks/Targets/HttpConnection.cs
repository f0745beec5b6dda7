using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MuLambda.Benchmarks.Targets;

/// <summary>
/// The least of an HTTP/1.1 client, so that measuring a server on the same processors takes as little from it as can be: it finds
/// where an answer ends, and that its status is 200.
/// </summary>
internal sealed class HttpConnection : IDisposable
{
    private readonly Socket socket;
    private byte[] buffer = new byte[64 * 1024];
    private int filled;

    public HttpConnection(IPEndPoint endpoint)
    {
        socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(endpoint);
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> request)
    {
        while (request.Length > 0)
        {
            request = request[await socket.SendAsync(request)..];
        }
    }

    /// <summary>Reads one answer to its end.</summary>
    /// <exception cref="InvalidDataException">Its status is not 200, or it breaks off.</exception>
    public async ValueTask ReceiveAsync()
    {
        filled = 0;
        int head;
        while ((head = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8)) < 0)
        {
            await FillAsync();
        }

        var headers = Encoding.ASCII.GetString(buffer, 0, head);
        var body = head + 4;
        if (Header(headers, "Content-Length") is { } length)
        {
            var end = body + int.Parse(length, NumberStyles.None, CultureInfo.InvariantCulture);
            while (filled < end)
            {
                await FillAsync();
            }
        }
        else
        {
            while (!buffer.AsSpan(body, filled - body).EndsWith("0\r\n\r\n"u8))
            {
                await FillAsync();
            }
        }

        if (!headers.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
        {
            throw new InvalidDataException(Encoding.UTF8.GetString(buffer, 0, filled));
        }
    }

    public void Dispose() => socket.Dispose();

    private static string? Header(string headers, string name)
    {
        var at = headers.IndexOf($"\n{name}:", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return null;
        }

        var value = headers.AsSpan(at + name.Length + 2);
        var end = value.IndexOf('\r');
        return (end < 0 ? value : value[..end]).Trim().ToString();
    }

    private async ValueTask FillAsync()
    {
        if (filled == buffer.Length)
        {
            Array.Resize(ref buffer, buffer.Length * 2);
        }

        var read = await socket.ReceiveAsync(buffer.AsMemory(filled));
        filled += read > 0 ? read : throw new InvalidDataException("The server closed the connection.");
    }
}
