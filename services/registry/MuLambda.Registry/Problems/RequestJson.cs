using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Features;
using MuLambda.Catalog;

namespace MuLambda.Registry.Problems;

/// <summary>Reads a request's JSON; what is wrong with it is told by its path.</summary>
internal static class RequestJson
{
    /// <summary>The bytes of a noun.</summary>
    public const long MaxBytes = 1024 * 1024;

    /// <summary>How long a body may take to arrive.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task<T> ReadAsync<T>(
        HttpContext context, JsonTypeInfo<T> type, long maxBytes = MaxBytes)
        where T : class
    {
        if (!context.Request.HasJsonContentType())
        {
            throw new ProblemException(HttpStatusCode.UnsupportedMediaType, "The body must be application/json.");
        }

        Limit(context, maxBytes);
        using var deadline = new CancellationTokenSource(
            Patience, context.RequestServices.GetRequiredService<TimeProvider>());
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.RequestAborted);
        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, type, either.Token)
                ?? throw ProblemException.Field("$", "must not be null.");
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            throw new ProblemException(
                HttpStatusCode.RequestTimeout, $"The body did not arrive within {Patience.TotalSeconds:0} s.");
        }
        catch (JsonException exception)
        {
            throw new ProblemException(Problem.For(JsonErrors.Explain(exception)));
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw TooLarge(maxBytes);
        }
    }

    public static ProblemException TooLarge(long maxBytes) => new(
        HttpStatusCode.RequestEntityTooLarge, $"The body is larger than {maxBytes} bytes.");

    /// <summary>Sets the limit of the body; it holds as long as nothing of it was read.</summary>
    public static void Limit(HttpContext context, long maxBytes)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = maxBytes;
        }
    }
}
