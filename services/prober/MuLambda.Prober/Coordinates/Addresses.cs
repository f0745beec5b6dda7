using System.Net;

namespace MuLambda.Prober.Coordinates;

/// <summary>Where others reach this process.</summary>
internal static class Addresses
{
    /// <summary>
    /// The first of the addresses that the server listens on, with http before https; one that stands for every interface becomes loopback, which is
    /// right on one machine (Prober:Advertise says what is right on several).
    /// </summary>
    /// <param name="bound">What the server is bound to.</param>
    /// <returns>A URL; null where there is none by TCP.</returns>
    public static string? Reachable(IEnumerable<string> bound)
    {
        var address = bound.Select(BindingAddress.Parse)
            .Where(candidate => !candidate.IsUnixPipe && !candidate.IsNamedPipe)
            .OrderBy(candidate => candidate.Scheme == Uri.UriSchemeHttp ? 0 : 1)
            .FirstOrDefault();
        return address is null ? null : new UriBuilder(address.Scheme, HostOf(address), address.Port).Uri.ToString();
    }

    private static string HostOf(BindingAddress address)
    {
        var isEveryInterface = address.Host is "*" or "+"
            || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)));
        return isEveryInterface ? IPAddress.Loopback.ToString() : address.Host;
    }
}
