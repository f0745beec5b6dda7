using System.Buffers;
using System.Buffers.Text;
using System.Collections;

namespace MuLambda.Protocol.Grpc;

/// <summary>
/// Metadata of a call: names and values beside the messages, in the order given; a name may come several times. Names are of
/// lower-case letters, digits, '-', '_' and '.'; values are printable ASCII, or bytes where the name ends in <c>-bin</c>.
/// Not thread-safe.
/// </summary>
public sealed class GrpcMetadata : IReadOnlyList<KeyValuePair<string, string>>
{
    private const string BinarySuffix = "-bin";

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");
    private static readonly string[] Protocol = ["content-type", "content-length", "te", "host", "date", "transfer-encoding", "connection"];

    private readonly List<KeyValuePair<string, string>> _entries = [];

    /// <inheritdoc/>
    public int Count => _entries.Count;

    /// <summary>The entry at a position as it travels: the value of a <c>-bin</c> name is base64.</summary>
    /// <param name="index">The position, from 0.</param>
    public KeyValuePair<string, string> this[int index] => _entries[index];

    /// <summary>Adds a text.</summary>
    /// <param name="name">The name; not one of the protocol's own, and without the suffix <c>-bin</c>.</param>
    /// <param name="value">Printable ASCII.</param>
    /// <exception cref="ArgumentException">Name or value cannot travel.</exception>
    public void Add(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        RequireName(name);
        if (IsBinary(name))
        {
            throw new ArgumentException($"The value of '{name}' is bytes; it is given as text.", nameof(value));
        }

        if (value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            throw new ArgumentException($"The value of '{name}' has a character other than printable ASCII.", nameof(value));
        }

        _entries.Add(new(name, value));
    }

    /// <summary>Adds bytes.</summary>
    /// <param name="name">The name; it ends in <c>-bin</c>.</param>
    /// <param name="value">Any bytes.</param>
    /// <exception cref="ArgumentException">The name cannot travel or does not end in <c>-bin</c>.</exception>
    public void Add(string name, ReadOnlySpan<byte> value)
    {
        RequireName(name);
        if (!IsBinary(name))
        {
            throw new ArgumentException($"Bytes need a name that ends in '{BinarySuffix}'; given is '{name}'.", nameof(name));
        }

        // The protocol's senders leave the padding away.
        _entries.Add(new(name, Convert.ToBase64String(value).TrimEnd('=')));
    }

    /// <summary>Adds a text.</summary>
    /// <param name="entry">Name and value as for <see cref="Add(string, string)"/>.</param>
    public void Add(KeyValuePair<string, string> entry) => Add(entry.Key, entry.Value);

    /// <summary>The first value of a name as it travels, or null.</summary>
    /// <param name="name">The name.</param>
    public string? GetValue(string name)
    {
        foreach (var (key, value) in _entries)
        {
            if (key == name)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>The first value of a <c>-bin</c> name, or null.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="FormatException">What came is no base64.</exception>
    public byte[]? GetBytes(string name)
    {
        if (GetValue(name) is not { } text)
        {
            return null;
        }

        // Several values may travel in one, and with or without padding.
        var comma = text.IndexOf(',', StringComparison.Ordinal);
        var first = (comma < 0 ? text : text[..comma]).Trim().TrimEnd('=');
        return Base64.IsValid(Padded(first), out _)
            ? Convert.FromBase64String(Padded(first))
            : throw new FormatException($"The value of '{name}' is no base64.");
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Takes a header as it came; those of HTTP and of gRPC itself are no metadata.</summary>
    /// <param name="header">The header's name.</param>
    /// <param name="value">Its value.</param>
    public void AddReceived(string header, string value)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(value);
        var name = header.ToLowerInvariant();
        if (!name.StartsWith(':') && !IsReserved(name))
        {
            _entries.Add(new(name, value));
        }
    }

    private static bool IsBinary(string name) => name.EndsWith(BinarySuffix, StringComparison.Ordinal);

    private static bool IsReserved(string name) =>
        name.StartsWith("grpc-", StringComparison.Ordinal) || Protocol.Contains(name);

    private static string Padded(string base64) => base64.PadRight((base64.Length + 3) / 4 * 4, '=');

    private static void RequireName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            throw new ArgumentException($"The name '{name}' has a character other than lower-case letters, digits, '-', '_' and '.'.", nameof(name));
        }

        if (IsReserved(name))
        {
            throw new ArgumentException($"The name '{name}' is the protocol's own.", nameof(name));
        }
    }
}
