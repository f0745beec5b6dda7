namespace MuLambda.Selector;

/// <summary>The parameter <c>explain</c> of a selection.</summary>
internal static class ExplainParameter
{
    private const string Name = "explain";

    /// <summary>Whether the request asks for an explanation.</summary>
    /// <exception cref="RequestException">It has another value, or there is another parameter.</exception>
    public static bool Read(IQueryCollection query)
    {
        foreach (var (name, values) in query)
        {
            if (name != Name)
            {
                throw RequestException.Invalid(name, $"is no parameter of a selection; there is {Name}.");
            }

            if (values is not [("true" or "false")])
            {
                throw RequestException.Invalid(Name, $"is '{values}'; it must be true or false.");
            }
        }

        return query[Name] == "true";
    }
}
