using Microsoft.Extensions.Configuration;

namespace MuLambda.ServiceDefaults.Discovery;

/// <summary>
/// Where the named services are, from configuration <c>services:{name}:{endpoint}:{index}</c>, which the host
/// injects as <c>services__{name}__{endpoint}__{index}</c>.
/// </summary>
/// <param name="configuration">The configuration to read; changes to it are seen.</param>
public sealed class ServiceEndpoints(IConfiguration configuration)
{
    private int _next;

    /// <summary>All addresses of a service's endpoint, one an instance.</summary>
    /// <param name="service">The service's name.</param>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <returns>The addresses in the order of their index; empty where the service is not configured.</returns>
    /// <exception cref="InvalidOperationException">An address is not an absolute URL.</exception>
    public IReadOnlyList<Uri> GetAll(string service, string endpoint = "http") =>
    [
        .. configuration.GetSection($"services:{service}:{endpoint}").GetChildren()
            .Where(child => child.Value is not null)
            .OrderBy(child => int.TryParse(child.Key, out var index) ? index : int.MaxValue)
            .Select(child => Uri.TryCreate(child.Value, UriKind.Absolute, out var uri)
                ? uri
                : throw new InvalidOperationException(
                    $"{child.Path} is '{child.Value}', which is not an absolute URL."))
    ];

    /// <summary>One address of a service's endpoint, the instances taking turns.</summary>
    /// <param name="service">The service's name.</param>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <returns>The address, or null where the service is not configured.</returns>
    public Uri? Next(string service, string endpoint = "http")
    {
        var all = GetAll(service, endpoint);
        return all.Count switch
        {
            0 => null,
            1 => all[0],
            _ => all[(int)((uint)Interlocked.Increment(ref _next) % (uint)all.Count)],
        };
    }
}
