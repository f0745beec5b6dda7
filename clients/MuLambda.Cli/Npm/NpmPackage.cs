using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace MuLambda.Cli.Npm;

/// <summary>One version of an npm package, with the digest that its archive has to have.</summary>
/// <param name="Name">Its name, scope included.</param>
/// <param name="Version">The one version.</param>
/// <param name="Integrity">The archive's SHA-512, as npm writes it: <c>sha512-</c> and base64.</param>
internal sealed partial record NpmPackage(string Name, string Version, string Integrity)
{
    private const string Sha512 = "sha512-";

    /// <summary>As npm names it on its command line.</summary>
    public string Id => $"{Name}@{Version}";

    /// <summary>A name for its archive that no other package, and no other content, has.</summary>
    public string FileName =>
        $"{Name.TrimStart('@').Replace('/', '-')}-{Version}-{Convert.ToHexStringLower(Digest.AsSpan(0, 8))}.tgz";

    private byte[] Digest => Convert.FromBase64String(Integrity[Sha512.Length..]);

    // Nothing that npm would take for an option, a path or a URL.
    public static bool IsName(string text) => text.Length <= 214 && Names().IsMatch(text);

    public static bool IsVersion(string text) => text.Length <= 64 && Versions().IsMatch(text);

    public static bool IsIntegrity(string text)
    {
        Span<byte> digest = stackalloc byte[SHA512.HashSizeInBytes + 1];
        return text.StartsWith(Sha512, StringComparison.Ordinal)
            && Convert.TryFromBase64String(text[Sha512.Length..], digest, out var length) && length == SHA512.HashSizeInBytes;
    }

    /// <summary>Whether a file is the package's archive.</summary>
    public async Task<bool> IsArchiveAsync(string file, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(file);
        return (await SHA512.HashDataAsync(stream, cancellationToken)).AsSpan().SequenceEqual(Digest);
    }

    [GeneratedRegex(@"^(@[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*\z", RegexOptions.NonBacktracking)]
    private static partial Regex Names();

    [GeneratedRegex(@"^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?\z", RegexOptions.NonBacktracking)]
    private static partial Regex Versions();
}
