using System.Net;

namespace MuLambda.Prober.Probes;

/// <summary>
/// What may be probed. A client names its probe endpoint itself, so without this limit anyone who may register a
/// client could have the prober call any address it can reach.
/// </summary>
internal sealed class AllowedTargets
{
    private static readonly string[] Loopback = ["127.0.0.0/8", "::1"];

    private readonly IPNetwork[] _networks;
    private readonly HashSet<string> _hosts;

    /// <summary>Reads the entries.</summary>
    /// <param name="entries">Networks, addresses and host names; empty for loopback.</param>
    /// <exception cref="FormatException">An entry is none of these.</exception>
    public AllowedTargets(IEnumerable<string> entries)
    {
        var networks = new List<IPNetwork>();
        _hosts = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in entries.DefaultIfEmpty().Select(entry => entry is null ? Loopback : [entry]).SelectMany(group => group))
        {
            if (!TryParse(entry, out var network, out var host))
            {
                throw new FormatException($"'{entry}' is neither a network, an address nor a host name.");
            }

            if (host is not null)
            {
                _hosts.Add(host);
            }
            else
            {
                networks.Add(network);
            }
        }

        _networks = [.. networks];
    }

    /// <summary>Reads an entry as a network (an address is one of its own) or a host name.</summary>
    public static bool TryParse(string? entry, out IPNetwork network, out string? host)
    {
        host = null;
        network = default;
        if (string.IsNullOrEmpty(entry))
        {
            return false;
        }

        if (IPNetwork.TryParse(entry, out network))
        {
            return true;
        }

        // Shortened forms such as 127.1 would read differently here and there.
        if (IPAddress.TryParse(entry, out var address))
        {
            network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
            return address.ToString().Equals(entry, StringComparison.OrdinalIgnoreCase);
        }

        host = entry;
        return Uri.CheckHostName(entry) == UriHostNameType.Dns;
    }

    /// <summary>Whether a connection may be made.</summary>
    /// <param name="host">The host as the endpoint names it.</param>
    /// <param name="address">The address it stands for, to which the connection would be made.</param>
    /// <returns>True where it may.</returns>
    public bool Permits(string host, IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return _hosts.Contains(host) || Array.Exists(_networks, network => network.Contains(plain));
    }
}
