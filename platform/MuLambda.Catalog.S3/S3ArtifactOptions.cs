using System.Data.Common;

namespace MuLambda.Catalog.S3;

/// <summary>Where an <see cref="S3ArtifactStore"/> keeps its artifacts, and its bounds.</summary>
public sealed class S3ArtifactOptions
{
    /// <summary>The least <see cref="PartBytes"/>: S3 takes no smaller parts.</summary>
    public const int MinPartBytes = 5 * 1024 * 1024;

    /// <summary>The most <see cref="PartBytes"/>.</summary>
    public const int MaxPartBytes = 512 * 1024 * 1024;

    private static readonly string[] Keywords = ["endpoint", "accesskey", "secretkey", "bucket", "region", "pathstyle"];

    /// <summary>The server's http or https URL.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The access key.</summary>
    public required string AccessKey { get; init; }

    /// <summary>The secret that belongs to it; in no message of the store.</summary>
    public required string SecretKey { get; init; }

    /// <summary>The bucket, created where it is not there; it holds nothing but artifacts.</summary>
    public string Bucket { get; init; } = "models";

    /// <summary>The region that requests are signed for.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>Whether the bucket is named in the path, as MinIO wants it, and not in the host's name.</summary>
    public bool PathStyle { get; init; } = true;

    /// <summary>The bytes of an upload's part, held in memory once for each running upload. An artifact has at most 10,000
    /// parts.</summary>
    public int PartBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>How long one request may take, and how long a reader waits for the next bytes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a request that failed for a passing reason is sent again.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>Reads a connection string.</summary>
    /// <param name="connectionString"><c>Endpoint=http://host:port;AccessKey=…;SecretKey=…</c> and, where they differ from
    /// the defaults, <c>Bucket</c>, <c>Region</c> and <c>PathStyle</c>.</param>
    /// <returns>The options.</returns>
    /// <exception cref="FormatException">A part is missing, unknown or malformed; the message shows no value.</exception>
    public static S3ArtifactOptions Parse(string connectionString)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        var parts = new DbConnectionStringBuilder();
        try
        {
            parts.ConnectionString = connectionString;
        }
        catch (ArgumentException)
        {
            // What the parser says may show the secret.
            throw Malformed("it must be keywords and values, as in Endpoint=http://host:port;AccessKey=…;SecretKey=…");
        }

        foreach (string keyword in parts.Keys)
        {
            if (!Keywords.Contains(keyword, StringComparer.OrdinalIgnoreCase))
            {
                throw Malformed("it has an unknown keyword; known are Endpoint, AccessKey, SecretKey, Bucket, Region and PathStyle");
            }
        }

        if (!Uri.TryCreate(Required("Endpoint"), UriKind.Absolute, out var endpoint))
        {
            throw Malformed("Endpoint must be an http or https URL");
        }

        var pathStyle = true;
        if (parts.TryGetValue("PathStyle", out var text) && !bool.TryParse((string)text, out pathStyle))
        {
            throw Malformed("PathStyle must be true or false");
        }

        var options = new S3ArtifactOptions
        {
            Endpoint = endpoint,
            AccessKey = Required("AccessKey"),
            SecretKey = Required("SecretKey"),
            Bucket = Optional("Bucket", "models"),
            Region = Optional("Region", "us-east-1"),
            PathStyle = pathStyle,
        };
        try
        {
            options.Validate();
        }
        catch (ArgumentException exception)
        {
            throw Malformed(exception.Message);
        }

        return options;

        string Optional(string keyword, string otherwise) =>
            parts.TryGetValue(keyword, out var value) && value is string { Length: > 0 } given ? given : otherwise;

        string Required(string keyword) =>
            Optional(keyword, "") is { Length: > 0 } given ? given : throw Malformed($"{keyword} is missing");
    }

    internal void Validate()
    {
        if (!Endpoint.IsAbsoluteUri
            || (Endpoint.Scheme != Uri.UriSchemeHttp && Endpoint.Scheme != Uri.UriSchemeHttps)
            || Endpoint.UserInfo.Length > 0 || Endpoint.PathAndQuery != "/")
        {
            throw new ArgumentException("Endpoint must be an http or https URL of a host alone.");
        }

        if (Bucket.Length is < 3 or > 63
            || !Bucket.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.')
            || !char.IsAsciiLetterOrDigit(Bucket[0]) || !char.IsAsciiLetterOrDigit(Bucket[^1]))
        {
            throw new ArgumentException(
                "Bucket must be 3 to 63 lower-case letters, digits, dots and hyphens, the first and last a letter or digit.");
        }

        ArgumentException.ThrowIfNullOrEmpty(AccessKey);
        ArgumentException.ThrowIfNullOrEmpty(SecretKey);
        ArgumentException.ThrowIfNullOrEmpty(Region);
        ArgumentOutOfRangeException.ThrowIfLessThan(PartBytes, MinPartBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(PartBytes, MaxPartBytes);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Timeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegative(Retries);
    }

    private static FormatException Malformed(string reason) =>
        new($"The connection string of the artifact store cannot be used: {reason}.");
}
