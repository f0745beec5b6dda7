namespace MuLambda.Protocol.Text;

/// <summary>How a text is read.</summary>
public sealed record TextFormatOptions
{
    /// <summary>The options where none are named.</summary>
    public static TextFormatOptions Default { get; } = new();

    /// <summary>The longest text, in UTF-16 units. 64 Mi by default.</summary>
    public int MaxCharacters { get; init; } = 64 << 20;

    /// <summary>The deepest nesting of messages. 64 by default.</summary>
    public int MaxDepth { get; init; } = 64;

    /// <summary>Whether fields the message does not have are passed over; otherwise (the default) they are errors.</summary>
    public bool IgnoreUnknownFields { get; init; }
}
