using System.Net;
using MuLambda.Catalog;

namespace MuLambda.Registry.Problems;

/// <summary>Ends a request with a problem.</summary>
internal sealed class ProblemException(Problem problem) : Exception(problem.Detail ?? problem.Title)
{
    public ProblemException(HttpStatusCode status, string detail)
        : this(Problem.For(status, detail))
    {
    }

    public Problem Problem { get; } = problem;

    public static ProblemException NotFound(string what) => new(HttpStatusCode.NotFound, $"{what} is not registered.");

    /// <summary>Refuses input of which something is wrong.</summary>
    public static void ThrowIfAny(IReadOnlyList<ValidationError> errors)
    {
        if (errors.Count > 0)
        {
            throw new ProblemException(Problem.For(errors));
        }
    }

    public static ProblemException Field(string path, string message) =>
        new(Problem.For([new ValidationError(path, message)]));
}
