using System.Globalization;
using MuLambda.Timing;

namespace MuLambda.Selector;

/// <summary>What a request says in its headers of how it is to be served.</summary>
/// <param name="Timeout">How long it may take.</param>
/// <param name="Priority">How important it is beside others that wait for the same executor.</param>
/// <param name="OutsideMs">What an earlier one of its client took beyond its time in the selector; null where it does not say.</param>
internal readonly record struct RequestTerms(RequestTimeout Timeout, int Priority, double? OutsideMs)
{
    /// <summary>The terms of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <exception cref="RequestException">A header is none.</exception>
    public static RequestTerms Of(HttpRequest request, RequestTimeout timeout) => new(timeout, RequestPriority.Of(request), OutsideOf(request));

    private static double? OutsideOf(HttpRequest request) =>
        request.Headers[OutsideReport.OutsideHeader] is not { Count: > 0 } values ? null
        : double.TryParse(values.ToString(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var outsideMs)
            && outsideMs <= SelectorOptions.LongestTimeoutMs ? outsideMs
        : throw RequestException.Invalid(
            OutsideReport.OutsideHeader, $"is '{values}'; it must be a number of milliseconds from 0 to {SelectorOptions.LongestTimeoutMs}.");
}
