using System.Text.Json;
using System.Text.Json.Serialization;

namespace MuLambda.Executor.Synthetic;

/// <summary>
/// How long a synthetic model takes: <c>delay + perElement * n + perRequest * k + U(0, jitter)</c>, n being the elements of a request's
/// largest input and k the requests that are in the model already. The formula of the synthetic models in S. Vasiljevic, "Efficient
/// and transparent model selection for serverless machine learning platforms" (TU Wien, 2023).
/// </summary>
/// <param name="DelayMs">What every request takes, in milliseconds.</param>
/// <param name="PerElementMs">What an element adds, in milliseconds: 1000 times the evaluation's alpha.</param>
/// <param name="PerRequestMs">What a request that is in the model already adds, in milliseconds: 1000 times the evaluation's beta.</param>
/// <param name="JitterMs">The most that chance adds, in milliseconds.</param>
/// <param name="Seed">Where chance begins.</param>
internal sealed record SyntheticDelay(
    double DelayMs, double PerElementMs = 0, double PerRequestMs = 0, double JitterMs = 0, int Seed = 0)
{
    /// <summary>The most that each part may be, in milliseconds.</summary>
    public const double MaxMs = 600_000;

    private const int MaxFileBytes = 64 * 1024;

    /// <summary>The delay of one request.</summary>
    /// <param name="elements">n.</param>
    /// <param name="ahead">k.</param>
    /// <param name="chance">From 0 to 1.</param>
    public TimeSpan Of(long elements, int ahead, double chance) =>
        TimeSpan.FromMilliseconds(DelayMs + (PerElementMs * elements) + (PerRequestMs * ahead) + (JitterMs * chance));

    /// <summary>Reads it from a JSON file.</summary>
    /// <exception cref="InvalidDataException">It cannot be read; the message says why.</exception>
    public static SyntheticDelay Read(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            if (stream.Length > MaxFileBytes)
            {
                throw new InvalidDataException($"{file} has {stream.Length} bytes; the limit is {MaxFileBytes}.");
            }

            var delay = JsonSerializer.Deserialize(stream, SyntheticJson.Default.SyntheticDelay)
                ?? throw new InvalidDataException($"{file} holds null.");
            delay.Check(file);
            return delay;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{file}: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{file} cannot be read: {e.Message}", e);
        }
    }

    private void Check(string file)
    {
        CheckPart(file, "delayMs", DelayMs);
        CheckPart(file, "perElementMs", PerElementMs);
        CheckPart(file, "perRequestMs", PerRequestMs);
        CheckPart(file, "jitterMs", JitterMs);
    }

    private static void CheckPart(string file, string field, double value)
    {
        if (!(value is >= 0 and <= MaxMs))
        {
            throw new InvalidDataException(
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{file}: {field} is {value}; it must be from 0 to {MaxMs}."));
        }
    }
}

/// <summary>How the file is read: what it does not know is an error.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    NumberHandling = JsonNumberHandling.Strict,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SyntheticDelay))]
internal sealed partial class SyntheticJson : JsonSerializerContext;
