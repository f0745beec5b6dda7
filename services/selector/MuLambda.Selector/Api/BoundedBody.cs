using System.Globalization;
using MuLambda.Protocol;

namespace MuLambda.Selector;

/// <summary>Reads request bodies up to a limit.</summary>
internal static class BoundedBody
{
    public static async Task<PooledBuffer> ReadAsync(HttpContext context, int maxBytes, CancellationToken cancellationToken)
    {
        var declared = context.Request.ContentLength ?? 0;
        if (declared > maxBytes)
        {
            throw TooLarge(maxBytes);
        }

        var buffer = new PooledBuffer((int)Math.Max(declared, 1024) + 1);
        try
        {
            while (await context.Request.Body.ReadAsync(buffer.GetMemory(), cancellationToken) is > 0 and var read)
            {
                buffer.Advance(read);
                if (buffer.Length > maxBytes)
                {
                    throw TooLarge(maxBytes);
                }
            }

            return buffer;
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            buffer.Dispose();
            throw TooLarge(maxBytes);
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

    private static RequestException TooLarge(int maxBytes) => new(
        StatusCodes.Status413PayloadTooLarge, "The body is too large.",
        string.Create(CultureInfo.InvariantCulture, $"The limit is {maxBytes} bytes."));
}
