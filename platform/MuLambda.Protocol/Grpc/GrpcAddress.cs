using System.Diagnostics.CodeAnalysis;

namespace MuLambda.Protocol.Grpc;

/// <summary>Where a gRPC server listens: <c>http://host:port</c> or <c>unix:/path</c>.</summary>
public sealed record GrpcAddress
{
    private const string UnixScheme = "unix:";

    /// <summary>The longest path of a Unix domain socket in bytes: what the kernel's address holds beside its end.</summary>
    public const int MaxSocketPathBytes = 107;

    private GrpcAddress(Uri uri, string? socketPath)
    {
        Uri = uri;
        SocketPath = socketPath;
    }

    /// <summary>The base of the requests; its host means nothing where <see cref="SocketPath"/> is set.</summary>
    public Uri Uri { get; }

    /// <summary>The path of the Unix domain socket, or null over TCP.</summary>
    public string? SocketPath { get; }

    /// <summary>Reads an address.</summary>
    /// <param name="text"><c>http://host:port</c>, <c>unix:/path</c> or <c>unix:///path</c>.</param>
    /// <exception cref="FormatException">It is neither, or the socket's path is too long.</exception>
    public static GrpcAddress Parse(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        return TryParse(text, out var address, out var error) ? address : throw new FormatException(error);
    }

    /// <summary>Reads an address without throwing.</summary>
    /// <param name="text">As for <see cref="Parse"/>.</param>
    /// <param name="address">The address.</param>
    /// <param name="error">What is wrong with the text.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out GrpcAddress? address, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        (address, error) = (null, null);
        if (text.StartsWith(UnixScheme, StringComparison.Ordinal))
        {
            var path = text[UnixScheme.Length..];
            path = path.StartsWith("///", StringComparison.Ordinal) ? path[2..] : path;
            error = ValidateSocketPath(path);
            address = error is null ? new GrpcAddress(new Uri("http://localhost"), path) : null;
        }
        else if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttp && uri.PathAndQuery == "/")
        {
            address = new GrpcAddress(uri, null);
        }
        else
        {
            error = $"'{text}' is no gRPC address; expected http://host:port or unix:/path.";
        }

        return error is null && address is not null;
    }

    /// <summary>What is wrong with a socket's path, or null.</summary>
    /// <param name="path">The path in the file system.</param>
    public static string? ValidateSocketPath(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var bytes = System.Text.Encoding.UTF8.GetByteCount(path);
        return bytes switch
        {
            0 => "The path of a Unix domain socket is empty.",
            > MaxSocketPathBytes => $"The path of a Unix domain socket has at most {MaxSocketPathBytes} bytes; '{path}' has {bytes}.",
            _ => null,
        };
    }

    /// <inheritdoc/>
    public override string ToString() => SocketPath is null ? Uri.GetLeftPart(UriPartial.Authority) : UnixScheme + SocketPath;
}
