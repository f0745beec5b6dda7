using System.Globalization;

namespace MuLambda.Client;

/// <summary>What MuLambda's executors tell beside their answers, for applications that call the chosen executor themselves.</summary>
public static class ExecutorHeaders
{
    /// <summary>The header, of REST and of gRPC, that says how many requests ran or waited in the executor when this one came.</summary>
    public const string RequestsAhead = "mulambda-requests-ahead";

    private const int MaxRequestsAhead = 1_000_000;

    /// <summary>How many requests ran or waited in the executor when this one came, for <see cref="Feedback.RequestsAhead"/>.</summary>
    /// <param name="answer">The executor's answer.</param>
    /// <returns>Null where it does not say, as that of another server than MuLambda's does not.</returns>
    public static int? ReadRequestsAhead(this HttpResponseMessage answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return answer.Headers.NonValidated.TryGetValues(RequestsAhead, out var values) ? ParseRequestsAhead(values.ToString()) : null;
    }

    /// <summary>Reads the value of <see cref="RequestsAhead"/>, however it came.</summary>
    /// <param name="value">The header's value; null where there is none.</param>
    /// <returns>The number of requests; null where it does not say, or says what cannot be.</returns>
    public static int? ParseRequestsAhead(string? value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= MaxRequestsAhead ? count : null;
}
