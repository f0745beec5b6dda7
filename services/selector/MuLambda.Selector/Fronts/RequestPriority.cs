namespace MuLambda.Selector;

/// <summary>
/// How important a request is beside others that wait for the same executor: from 0 to 9, the higher first, with 4 for those that do not say, as JMS
/// has it.
/// </summary>
internal static class RequestPriority
{
    /// <summary>The header by which a request says it.</summary>
    public const string Header = "mulambda-priority";

    /// <summary>What counts where nothing is said: there is room below and above.</summary>
    public const int Default = 4;

    /// <summary>A request's priority.</summary>
    /// <exception cref="RequestException">The header is no priority.</exception>
    public static int Of(HttpRequest request) =>
        request.Headers[Header] is not { Count: > 0 } values ? Default
        : values.ToString() is [>= '0' and <= '9' and var digit] ? digit - '0'
        : throw RequestException.Invalid(Header, $"is '{values}'; it must be a whole number from 0, the least important, to 9.");
}
