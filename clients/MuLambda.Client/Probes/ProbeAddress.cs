using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace MuLambda.Client;

/// <summary>Where the application answers probes: the server's own address and the path the probe was mapped to.</summary>
internal sealed class ProbeAddress(IServiceProvider services)
{
    /// <summary>The path the probe was mapped to; null before, or where the application maps none.</summary>
    public string? Path { get; set; }

    /// <summary>The URL, to be asked for once the server has started; null without a mapped probe or a TCP address.</summary>
    public string? Find()
    {
        var bound = services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var address = bound.Select(BindingAddress.Parse)
            .Where(candidate => !candidate.IsUnixPipe && !candidate.IsNamedPipe)
            .OrderBy(candidate => candidate.Scheme == Uri.UriSchemeHttp ? 0 : 1)
            .FirstOrDefault();
        return Path is null || address is null
            ? null
            : new UriBuilder(address.Scheme, HostOf(address), address.Port, Path).Uri.ToString();
    }

    private static string HostOf(BindingAddress address)
    {
        var isEveryInterface = address.Host is "*" or "+"
            || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)));
        return isEveryInterface ? IPAddress.Loopback.ToString() : address.Host;
    }
}
