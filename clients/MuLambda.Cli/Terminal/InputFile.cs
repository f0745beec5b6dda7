using MuLambda.Cli.Commands;

namespace MuLambda.Cli.Terminal;

/// <summary>Reads a file the command line names, or standard input for <c>-</c>.</summary>
internal static class InputFile
{
    /// <exception cref="CliException">It is not there, or longer than the limit.</exception>
    public static async Task<byte[]> ReadAsync(CliConsole console, string file, int maxBytes, CancellationToken cancellationToken)
    {
        await using var stream = file == "-" ? console.In() : Open(console.Resolve(file));
        using var buffer = new MemoryStream();
        var chunk = new byte[64 * 1024];
        while (await stream.ReadAsync(chunk, cancellationToken) is > 0 and var read)
        {
            if (buffer.Length + read > maxBytes)
            {
                throw CliException.Usage($"{file} is longer than {maxBytes} bytes.");
            }

            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }

    private static FileStream Open(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliException.Usage(e.Message, e);
        }
    }
}
