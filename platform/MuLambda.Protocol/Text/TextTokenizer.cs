using System.Globalization;

namespace MuLambda.Protocol.Text;

internal enum TextTokenKind
{
    End,
    Identifier,
    Number,
    String,
    Symbol,
}

/// <summary>Cuts a text into names, numbers, strings and symbols; comments and blanks are passed over.</summary>
internal sealed class TextTokenizer
{
    private readonly string text;
    private int next;

    public TextTokenizer(string text)
    {
        this.text = text;
        Advance();
    }

    public TextTokenKind Kind { get; private set; }

    /// <summary>Where the current token begins.</summary>
    public int Start { get; private set; }

    /// <summary>The current token as it stands in the text; of a string, with its quotes.</summary>
    public ReadOnlySpan<char> Token => text.AsSpan(Start, next - Start);

    public bool Is(char symbol) => Kind == TextTokenKind.Symbol && text[Start] == symbol;

    public void Advance()
    {
        SkipBlanks();
        Start = next;
        if (next == text.Length)
        {
            Kind = TextTokenKind.End;
            return;
        }

        var first = text[next];
        if (IsLetter(first))
        {
            Kind = TextTokenKind.Identifier;
            SkipWhile(c => IsLetter(c) || char.IsAsciiDigit(c));
        }
        else if (char.IsAsciiDigit(first) || (first == '.' && next + 1 < text.Length && char.IsAsciiDigit(text[next + 1])))
        {
            Kind = TextTokenKind.Number;
            SkipNumber();
        }
        else if (first is '"' or '\'')
        {
            Kind = TextTokenKind.String;
            SkipString(first);
        }
        else
        {
            Kind = TextTokenKind.Symbol;
            next++;
        }
    }

    /// <summary>What stands at the current token, for messages.</summary>
    public string Describe() => Kind switch
    {
        TextTokenKind.End => "the end of the text",
        _ => Token.Length <= 40 ? $"'{Token}'" : $"'{Token[..40]}…'",
    };

    public TextFormatException Fail(string reason) => Fail(Start, reason);

    public TextFormatException Fail(int position, string reason)
    {
        var before = text.AsSpan(0, position);
        return new TextFormatException(before.Count('\n') + 1, position - before.LastIndexOf('\n'), reason);
    }

    private static bool IsLetter(char c) => char.IsAsciiLetter(c) || c == '_';

    private void SkipBlanks()
    {
        while (next < text.Length)
        {
            if (text[next] == '#')
            {
                var end = text.IndexOf('\n', next);
                next = end < 0 ? text.Length : end;
            }
            else if (text[next] is ' ' or '\t' or '\r' or '\n' or '\v' or '\f' || (next == 0 && text[0] == '\uFEFF'))
            {
                next++;
            }
            else
            {
                return;
            }
        }
    }

    private void SkipNumber() => SkipWhile(c => char.IsAsciiLetterOrDigit(c) || c == '.' || (c is '+' or '-' && IsExponentSign()));

    private bool IsExponentSign() =>
        text[next - 1] is 'e' or 'E' && !text.AsSpan(Start, 2).StartsWith("0x", StringComparison.OrdinalIgnoreCase);

    private void SkipString(char quote)
    {
        for (next++; next < text.Length; next++)
        {
            if (text[next] == quote)
            {
                next++;
                return;
            }

            if (text[next] == '\n')
            {
                break;
            }

            if (text[next] == '\\')
            {
                next++;
            }
        }

        next = Math.Min(next, text.Length);
        throw Fail(Start, string.Create(CultureInfo.InvariantCulture, $"the string has no closing {quote}"));
    }

    private void SkipWhile(Func<char, bool> belongs)
    {
        do
        {
            next++;
        }
        while (next < text.Length && belongs(text[next]));
    }
}
