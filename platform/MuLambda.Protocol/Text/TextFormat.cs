using Google.Protobuf;

namespace MuLambda.Protocol.Text;

/// <summary>
/// Reads protobuf's text format, which the C# library of protobuf has no reader for: <c>saved_model.pbtxt</c> and TensorFlow Serving's
/// configuration files are written in it. Messages are filled through their descriptors. The text is taken for hostile.
/// </summary>
public static class TextFormat
{
    /// <summary>Reads a message.</summary>
    /// <typeparam name="T">The message's type.</typeparam>
    /// <param name="text">The whole text.</param>
    /// <param name="options">The limits and what is done about unknown fields; <see cref="TextFormatOptions.Default"/> when null.</param>
    /// <exception cref="TextFormatException">The text is no such message, or exceeds a limit; the message names line and column.</exception>
    public static T Parse<T>(string text, TextFormatOptions? options = null)
        where T : IMessage<T>, new()
    {
        var message = new T();
        Merge(message, text, options);
        return message;
    }

    /// <summary>Adds what a text holds to a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="text">The whole text.</param>
    /// <param name="options">The limits and what is done about unknown fields; <see cref="TextFormatOptions.Default"/> when null.</param>
    /// <exception cref="TextFormatException">The text is no such message, or exceeds a limit; the message names line and column.</exception>
    public static void Merge(IMessage message, string text, TextFormatOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(text);
        options ??= TextFormatOptions.Default;
        if (text.Length > options.MaxCharacters)
        {
            throw new TextFormatException(1, 1, $"the text has {text.Length} characters; the limit is {options.MaxCharacters}");
        }

        new TextMessageReader(new TextTokenizer(text), options).ReadAll(message);
    }
}
