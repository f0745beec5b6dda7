using MuLambda.Catalog;

namespace MuLambda.Selector;

/// <summary>The body of <c>POST /v1/select</c>: a registered client or criteria, and how many examples the request will carry.</summary>
internal sealed record SelectBody(string? Client = null, Criteria? Criteria = null, int Items = 1);
