using System.Globalization;
using MuLambda.Protocol;

namespace MuLambda.Selector;

/// <summary>Reads request bodies up to a limit.</summary>
internal static class BoundedBody
{
    // Memory grows as the bytes arrive, so that a length that is only declared costs nothing.
    private const int FirstBytes = 64 * 1024;

    /// <summary>Reads the whole body.</summary>
    /// <param name="context">The request.</param>
    /// <param name="maxBytes">The largest body.</param>
    /// <param name="timeout">How long the caller may take to send it.</param>
    /// <param name="elapsed">How much of that has passed already.</param>
    /// <exception cref="RequestException">It is too large, too slow or broken off.</exception>
    public static async Task<PooledBuffer> ReadAsync(HttpContext context, int maxBytes, TimeSpan timeout, TimeSpan elapsed = default)
    {
        var declared = context.Request.ContentLength ?? 0;
        if (declared > maxBytes)
        {
            throw TooLarge(maxBytes);
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var isTimed = false;
        var buffer = new PooledBuffer((int)Math.Clamp(declared, 1024, FirstBytes) + 1);
        try
        {
            while (true)
            {
                var reading = context.Request.Body.ReadAsync(buffer.GetMemory(), deadline.Token);
                if (!reading.IsCompleted && !isTimed)
                {
                    // What is there already, as most bodies are, needs no timer.
                    deadline.CancelAfter(timeout > elapsed ? timeout - elapsed : TimeSpan.Zero);
                    isTimed = true;
                }

                var read = await reading;
                if (read == 0)
                {
                    return buffer;
                }

                buffer.Advance(read);
                if (buffer.Length > maxBytes)
                {
                    throw TooLarge(maxBytes);
                }
            }
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            buffer.Dispose();
            throw TooSlow(timeout);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            buffer.Dispose();
            throw TooLarge(maxBytes);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status408RequestTimeout)
        {
            // The server gave up on a caller who sends next to nothing.
            buffer.Dispose();
            throw TooSlow(timeout);
        }
        catch (BadHttpRequestException e)
        {
            buffer.Dispose();
            throw RequestException.Invalid("$", e.Message);
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    private static RequestException TooSlow(TimeSpan timeout) => new(
        StatusCodes.Status408RequestTimeout, "The body is too slow.",
        string.Create(CultureInfo.InvariantCulture, $"It did not arrive within {timeout.TotalMilliseconds:0} ms."));

    private static RequestException TooLarge(int maxBytes) => new(
        StatusCodes.Status413PayloadTooLarge, "The body is too large.",
        string.Create(CultureInfo.InvariantCulture, $"The limit is {maxBytes} bytes."));
}
