using System.Net;
using System.Net.Sockets;

namespace MuLambda.Prober.Probes;

/// <summary>
/// Connects to allowed addresses only. The name is resolved here, once, and the connection goes to an address that was
/// checked: resolving it again later could answer something else.
/// </summary>
/// <param name="allowed">What may be probed.</param>
/// <param name="resolve">Resolves a host name.</param>
internal sealed class ProbeConnector(AllowedTargets allowed, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    /// <summary>Connects.</summary>
    /// <param name="endpoint">The endpoint, by name or address.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="ProbeRefusedException">No address of it is allowed.</exception>
    public async ValueTask<Stream> ConnectAsync(DnsEndPoint endpoint, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = IPAddress.TryParse(endpoint.Host, out var literal)
            ? [literal]
            : await resolve(endpoint.Host, cancellationToken);
        var permitted = addresses.Where(address => allowed.Permits(endpoint.Host, address)).ToList();
        if (permitted.Count == 0)
        {
            throw new ProbeRefusedException(addresses.Length == 0
                ? $"The host '{endpoint.Host}' has no address."
                : $"The host '{endpoint.Host}' ({string.Join(", ", addresses.Take(4).Select(address => address.ToString()))}) is not in Prober:Allow.");
        }

        for (var i = 0; ; i++)
        {
            var socket = new Socket(permitted[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(permitted[i], endpoint.Port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException) when (i + 1 < permitted.Count)
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }
}
