namespace MuLambda.Protocol.Text;

/// <summary>A text that is not the message it should be.</summary>
/// <param name="line">The line, from 1.</param>
/// <param name="column">The column, from 1.</param>
/// <param name="reason">What is wrong there.</param>
public sealed class TextFormatException(int line, int column, string reason) : Exception($"line {line}, column {column}: {reason}")
{
    /// <summary>The line, from 1.</summary>
    public int Line => line;

    /// <summary>The column, from 1.</summary>
    public int Column => column;
}
