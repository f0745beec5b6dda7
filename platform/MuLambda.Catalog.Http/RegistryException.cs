using System.Net;

namespace MuLambda.Catalog.Http;

/// <summary>The registry refused a call or failed at it.</summary>
public sealed class RegistryException : Exception
{
    /// <summary>Creates the exception from the answer's problem details.</summary>
    /// <param name="status">The status of the answer.</param>
    /// <param name="title">The problem's title.</param>
    /// <param name="detail">The problem's detail; null for none.</param>
    /// <param name="errors">Messages by the JSON path of the field; null for none.</param>
    public RegistryException(
        HttpStatusCode status,
        string title,
        string? detail = null,
        IReadOnlyDictionary<string, IReadOnlyList<string>>? errors = null)
        : base(Describe(status, title, detail, errors))
    {
        Status = status;
        Title = title;
        Detail = detail;
        Errors = errors ?? new Dictionary<string, IReadOnlyList<string>>();
    }

    /// <summary>The status of the answer.</summary>
    public HttpStatusCode Status { get; }

    /// <summary>The problem's title; the status' name where the answer was no problem+json.</summary>
    public string Title { get; }

    /// <summary>What exactly is wrong; null where the answer does not say.</summary>
    public string? Detail { get; }

    /// <summary>Messages that name the limit, by the JSON path of the field; empty where it is not about fields.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Errors { get; }

    private static string Describe(
        HttpStatusCode status,
        string title,
        string? detail,
        IReadOnlyDictionary<string, IReadOnlyList<string>>? errors)
    {
        var text = $"The registry answered {(int)status}: {title}";
        if (!string.IsNullOrEmpty(detail))
        {
            text += $" {detail}";
        }

        return errors is null
            ? text
            : string.Join("; ", [text, .. errors.Select(e => $"{e.Key}: {string.Join(", ", e.Value)}")]);
    }
}
