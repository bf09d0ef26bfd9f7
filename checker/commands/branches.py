"""`branches`: what attendees check out, made of main."""

import click


@click.command("branches")
@click.option(
    "--from", "rev", default="HEAD", metavar="REV", help="The commit to make them of, such as main."
)
@click.pass_obj
def command(course, rev) -> None:
    """Make the branches `workshop` (without solutions/) and `solutions` (all exercises solved).

    Each gets one new commit, or none where nothing is new. Your files stay as they are.
    """
    from checker import branches, source

    made_of = source.find(course.root, rev)
    made = branches.make(made_of)
    for branch in made:
        click.echo(f"{branch.name:<11}{branch.commit[:10]}  {_news(branch)}")
    click.echo(f"Made of {made_of.commit[:10]} {made_of.subject}")
    if made_of.lacks_changes:
        click.echo("Changes that are not committed are not in them.")
    if any(branch.is_new for branch in made):
        click.echo("Next: git push origin workshop solutions")


def _news(branch) -> str:
    if branch.is_new:
        return "one new commit"
    return "as far as origin's" if branch.moved else "nothing new"
