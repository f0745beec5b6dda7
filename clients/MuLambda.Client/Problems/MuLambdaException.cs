using System.Net;
using System.Text;

namespace MuLambda.Client;

/// <summary>A call to the platform that failed, with what the platform said about it.</summary>
public sealed class MuLambdaException : Exception
{
    internal MuLambdaException(MuLambdaFailure failure, string message, Exception? inner = null)
        : base(message, inner) => Failure = failure;

    internal MuLambdaException(HttpStatusCode status, ProblemBody problem, TimeSpan? retryAfter, Exception? inner = null)
        : base(MessageOf(status, problem), inner)
    {
        Failure = MuLambdaFailure.Refused;
        Status = status;
        Title = problem.Title;
        Detail = problem.Detail;
        Type = problem.Type;
        RetryAfter = retryAfter;
        Errors = problem.Errors ?? [];
        Excluded = ProblemReader.Names(problem.Excluded);
        Candidates = ProblemReader.Candidates(problem.Candidates);
    }

    /// <summary>How the call failed.</summary>
    public MuLambdaFailure Failure { get; }

    /// <summary>The answer's status; null where nothing answered.</summary>
    public HttpStatusCode? Status { get; }

    /// <summary>The kind of problem, in words; null where the platform did not say.</summary>
    public string? Title { get; }

    /// <summary>What is wrong with this call, in words; null where the platform did not say.</summary>
    public string? Detail { get; }

    /// <summary>The URI that identifies the kind of problem; null where the platform did not say.</summary>
    public string? Type { get; }

    /// <summary>How long the platform asks to wait before another try; null where it did not say.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>For bad input: what is wrong with each field, by its JSON path.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; } = new Dictionary<string, string[]>();

    /// <summary>Where no candidate was left: the criteria that excluded the last ones, such as <c>bounds.minAccuracy</c>.</summary>
    public IReadOnlyList<string> Excluded { get; } = [];

    /// <summary>Where no candidate was left and an explanation was asked for: all of them, each with the reason.</summary>
    public IReadOnlyList<CandidateReport> Candidates { get; } = [];

    private static string MessageOf(HttpStatusCode status, ProblemBody problem)
    {
        var message = new StringBuilder(problem.Detail ?? problem.Title ?? $"The platform answered {(int)status} {status}.");
        foreach (var (field, faults) in problem.Errors ?? [])
        {
            message.Append('\n').Append(field).Append(": ").AppendJoin(' ', faults);
        }

        return message.ToString();
    }
}
