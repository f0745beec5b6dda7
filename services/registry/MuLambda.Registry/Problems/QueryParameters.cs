using MuLambda.Catalog;

namespace MuLambda.Registry.Problems;

/// <summary>Refuses query parameters that an operation would not read: a filter that is misspelt must not list everything.</summary>
internal static class QueryParameters
{
    /// <summary>What is wrong with the names in a query.</summary>
    public static IEnumerable<ValidationError> Check(IQueryCollection query, IReadOnlyCollection<string> known)
    {
        foreach (var parameter in query)
        {
            if (!known.Contains(parameter.Key, StringComparer.Ordinal))
            {
                yield return new ValidationError(
                    parameter.Key, $"is not a parameter; {(known.Count == 0 ? "there are none" : $"they are {string.Join(", ", known)}")}.");
            }
            else if (parameter.Value.Count > 1)
            {
                yield return new ValidationError(parameter.Key, "is given more than once.");
            }
        }
    }

    /// <summary>Lets an operation take these parameters only; others are answered with a 400 that names them.</summary>
    public static RouteHandlerBuilder TakesQuery(this RouteHandlerBuilder route, params string[] known) =>
        route.Refuses(400).AddEndpointFilter((call, next) =>
        {
            ProblemException.ThrowIfAny([.. Check(call.HttpContext.Request.Query, known)]);
            return next(call);
        });
}
