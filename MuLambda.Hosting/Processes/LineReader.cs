using System.Text;

namespace MuLambda.Hosting.Processes;

/// <summary>Reads lines of bounded length: what is longer is cut, and marked by an ellipsis.</summary>
internal static class LineReader
{
    /// <summary>Longest line, in characters.</summary>
    public const int MaxLength = 4096;

    /// <summary>Hands on each line until the stream ends.</summary>
    public static async Task ReadAsync(TextReader reader, Action<string> line)
    {
        var buffer = new char[4096];
        var current = new StringBuilder();
        var cut = false;
        while (true)
        {
            int count;
            try
            {
                count = await reader.ReadAsync(buffer);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // The stream was closed under the reader: the process is gone.
                count = 0;
            }

            foreach (var c in buffer.AsSpan(0, count))
            {
                if (c == '\n')
                {
                    Emit();
                }
                else if (current.Length < MaxLength)
                {
                    current.Append(c);
                }
                else
                {
                    cut = true;
                }
            }

            if (count == 0)
            {
                if (current.Length > 0)
                {
                    Emit();
                }

                return;
            }
        }

        void Emit()
        {
            if (cut)
            {
                current.Append('…');
            }

            line(current.ToString().TrimEnd('\r'));
            current.Clear();
            cut = false;
        }
    }
}
