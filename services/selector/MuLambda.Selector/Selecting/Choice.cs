using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>Where a request shall go: to an executor, or into the queue for a model that none is ready to serve. Both are null where nothing meets the criteria.</summary>
/// <param name="Ready">The assignment to an executor.</param>
/// <param name="Cold">The model to wait for.</param>
/// <param name="MayGoElsewhere">Whether something is ready that could answer the request instead of the model to wait for.</param>
internal readonly record struct Choice(Assignment? Ready, ColdCandidate? Cold, bool MayGoElsewhere = false);
