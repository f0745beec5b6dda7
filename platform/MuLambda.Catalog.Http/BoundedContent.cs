using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace MuLambda.Catalog.Http;

/// <summary>Reads answers without ever holding more than a limit of them in memory.</summary>
internal static class BoundedContent
{
    private const int MaxProblemBytes = 64 * 1024;
    private const int MaxJsonBytes = 256 * 1024 * 1024;

    public static async Task<T> ReadJsonAsync<T>(
        HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var bytes = await ReadAsync(response.Content, MaxJsonBytes, cancellationToken);
        try
        {
            return JsonSerializer.Deserialize(bytes, type)
                ?? throw new InvalidDataException("The registry answered null where a value is expected.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException(
                $"The registry's answer is not what its contract says: {exception.Message}", exception);
        }
    }

    public static async Task<RegistryException> ReadProblemAsync(
        HttpResponseMessage response, CancellationToken cancellationToken)
    {
        ProblemDocument? problem = null;
        if (response.Content.Headers.ContentType?.MediaType is "application/problem+json" or "application/json")
        {
            try
            {
                using var bytes = await ReadAsync(response.Content, MaxProblemBytes, cancellationToken);
                problem = JsonSerializer.Deserialize(bytes, ProblemJson.Default.ProblemDocument);
            }
            catch (Exception exception) when (exception is JsonException or InvalidDataException or IOException)
            {
                // The status alone has to say it.
            }
        }

        return new RegistryException(
            response.StatusCode,
            problem?.Title ?? NameOf(response.StatusCode),
            problem?.Detail,
            problem?.Errors);
    }

    private static string NameOf(HttpStatusCode status) =>
        Enum.IsDefined(status) ? status.ToString() : ((int)status).ToString(CultureInfo.InvariantCulture);

    private static async Task<MemoryStream> ReadAsync(
        HttpContent content, int limit, CancellationToken cancellationToken)
    {
        var stream = await content.ReadAsStreamAsync(cancellationToken);
        await using (stream)
        {
            var result = new MemoryStream();
            var buffer = new byte[16 * 1024];
            while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            {
                if (result.Length + read > limit)
                {
                    throw new InvalidDataException($"The registry's answer is larger than {limit} bytes.");
                }

                result.Write(buffer, 0, read);
            }

            result.Position = 0;
            return result;
        }
    }
}
