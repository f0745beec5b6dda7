using System.Globalization;
using Microsoft.AspNetCore.Mvc;

namespace MuLambda.Selector;

/// <summary>Writes problems.</summary>
internal static class ProblemResults
{
    public static Task WriteAsync(HttpContext context, RequestException problem)
    {
        var details = new ProblemDetails
        {
            Type = TypeOf(problem.Status), Title = problem.Title, Status = problem.Status, Detail = problem.Message,
        };
        if (problem.Errors is { } errors)
        {
            details.Extensions["errors"] = errors;
        }

        if (problem.Excluded is { } excluded)
        {
            details.Extensions["excluded"] = excluded;
        }

        if (problem.Candidates is { } candidates)
        {
            details.Extensions["candidates"] = candidates;
        }

        if (problem.Cold is { } cold)
        {
            details.Extensions["cold"] = cold;
        }

        context.Response.StatusCode = problem.Status;
        if (problem.RetryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return context.Response.WriteAsJsonAsync(
            details, SelectorJson.Default.ProblemDetails, "application/problem+json", context.RequestAborted);
    }

    // The sections of RFC 9110 and 6585 that define the statuses.
    private static string TypeOf(int status) => status switch
    {
        400 => "https://tools.ietf.org/html/rfc9110#section-15.5.1",
        404 => "https://tools.ietf.org/html/rfc9110#section-15.5.5",
        408 => "https://tools.ietf.org/html/rfc9110#section-15.5.9",
        409 => "https://tools.ietf.org/html/rfc9110#section-15.5.10",
        413 => "https://tools.ietf.org/html/rfc9110#section-15.5.14",
        429 => "https://tools.ietf.org/html/rfc6585#section-4",
        503 => "https://tools.ietf.org/html/rfc9110#section-15.6.4",
        504 => "https://tools.ietf.org/html/rfc9110#section-15.6.5",
        _ => "about:blank",
    };
}
