using System.Globalization;
using System.Text;

namespace MuLambda.Catalog;

/// <summary>Collects what is wrong with the fields of one noun.</summary>
internal sealed class FieldChecks
{
    private readonly List<ValidationError> _errors = [];

    public IReadOnlyList<ValidationError> Errors => _errors;

    public void Fail(string path, string message) => _errors.Add(new ValidationError(path, message));

    public void Name(string path, string? value) => Require(
        CatalogValidation.IsName(value),
        path,
        $"must be 1 to {CatalogLimits.NameLength} lower-case letters, digits and inner hyphens.");

    public void OptionalName(string path, string? value)
    {
        if (value is not null)
        {
            Name(path, value);
        }
    }

    public void Version(string path, long value) => Require(
        value is >= 1 and <= CatalogLimits.MaxVersion, path, $"must be from 1 to {CatalogLimits.MaxVersion}.");

    public void Count(string path, int value, int limit) => Require(
        value <= limit,
        path,
        string.Create(CultureInfo.InvariantCulture, $"has {value} entries; at most {limit} are allowed."));

    public void Text(string path, string? value, int limit)
    {
        Require(value is null || value.Length <= limit, path, $"must be at most {limit} characters.");
        Require(
            value is null || !value.Any(static c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')),
            path,
            "must not contain control characters.");
    }

    public void HttpUrl(string path, string? value) => Require(
        value is { Length: <= CatalogLimits.UrlLength }
            && Uri.TryCreate(value, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            && uri.UserInfo.Length == 0,
        path,
        $"must be an absolute http or https URL of at most {CatalogLimits.UrlLength} characters, without user information.");

    public void OptionalHttpUrl(string path, string? value)
    {
        if (value is not null)
        {
            HttpUrl(path, value);
        }
    }

    public void SocketPath(string path, string? value) => Require(
        value is null
            || (value.StartsWith('/') && !value.Contains('\0')
                && Encoding.UTF8.GetByteCount(value) <= CatalogLimits.SocketPathBytes),
        path,
        $"must be an absolute path of at most {CatalogLimits.SocketPathBytes} bytes.");

    public void NotNegative(string path, double value) => Require(
        double.IsFinite(value) && value >= 0, path, "must be finite and at least 0.");

    public void Positive(string path, double value) => Require(
        double.IsFinite(value) && value > 0, path, "must be finite and above 0.");

    public void Within(string path, double value, double smallest, double largest) => Require(
        value >= smallest && value <= largest,
        path,
        string.Create(CultureInfo.InvariantCulture, $"must be from {smallest} to {largest}."));

    public void Fraction(string path, double value) => Require(
        value is >= 0 and <= 1, path, "must be from 0 to 1.");

    public void InnerFraction(string path, double value) => Require(
        value is > 0 and < 1, path, "must be above 0 and below 1.");

    public void Lease(string path, double seconds) => Require(
        seconds is >= Leases.MinSeconds and <= Leases.MaxSeconds,
        path,
        string.Create(CultureInfo.InvariantCulture, $"must be from {Leases.MinSeconds} to {Leases.MaxSeconds} seconds."));

    private void Require(bool condition, string path, string message)
    {
        if (!condition)
        {
            Fail(path, message);
        }
    }
}
