namespace MuLambda.Client;

/// <summary>Base addresses of the platform's services.</summary>
internal static class Addresses
{
    /// <summary>With a slash at its end, so that relative addresses keep a path the base may have.</summary>
    public static Uri Base(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!IsHttp(address))
        {
            throw new ArgumentException($"'{address}' is not an http or https URL.", nameof(address));
        }

        return address.AbsolutePath.EndsWith('/') ? address : new UriBuilder(address) { Path = address.AbsolutePath + "/" }.Uri;
    }

    public static bool IsHttp(Uri? address) =>
        address is { IsAbsoluteUri: true } && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps);
}
