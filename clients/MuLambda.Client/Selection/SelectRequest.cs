using MuLambda.Catalog;

namespace MuLambda.Client;

/// <summary>The body of a selection: either a registered client or criteria.</summary>
internal sealed record SelectRequest(string? Client, int Items, Criteria? Criteria = null);
