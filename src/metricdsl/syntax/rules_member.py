"""The rules of entity members, types and properties."""

from typing import Any

from metricdsl.syntax import nodes as n
from metricdsl.syntax.rules import Children, Part, all_of, formulas, plain_name, plain_text, words
from metricdsl.syntax.rules_formula import FormulaRules

_TAG_LETTERS = {2: str.upper, 4: str.capitalize}  # a region, a script


class MemberRules(FormulaRules):
    """One method for each rule of an entity's members and of blocks, named like it in grammar.lark."""

    # ------------------------------------------------------------ what declarations share

    def headed(self, children: Children) -> dict[str, Any]:
        """Name and places of a declaration that begins with its keyword and its name."""
        return {
            "name": plain_name(children[1]),
            "name_span": self.place(children[1]),
            "span": self.span(children),
        }

    def properties(self, children: Children) -> tuple[n.Property, ...]:
        """The properties of the block, where there is one."""
        return self.value_of(children, "block") or ()

    def block(self, children: Children) -> Part:
        return self.part("block", all_of(children, n.Property), children)

    def behind(self, children: Children, sign: str) -> Any:
        """The child behind the first sign of that spelling."""
        return children[next(i for i, child in enumerate(children) if child == sign) + 1]

    # ------------------------------------------------------------ types

    def type(self, children: Children) -> n.TypeWritten:
        atoms: list[n.TypeAtom] = []
        written_format = None
        divided = False
        for child in children:
            if isinstance(child, Part) and child.kind == "atom":
                name, arguments = child.value
                atoms.append(
                    n.TypeAtom(name=name, arguments=arguments, exponent=-1 if divided else 1, span=child.span)
                )
            elif isinstance(child, str) and child.startswith('"'):
                written_format = plain_text(child)
            else:
                divided = child == "/"
        or_null = self.value_of(children, "or_null") is True
        return n.TypeWritten(
            atoms=tuple(atoms), format=written_format, or_null=or_null, span=self.span(children)
        )

    def or_null(self, children: Children) -> Part:
        return self.part("or_null", True, children)

    def atom(self, children: Children) -> Part:
        arguments = tuple(c.value for c in children if isinstance(c, Part))
        return self.part("atom", (children[0].text, arguments), children)

    def atom_argument(self, children: Children) -> Part:
        only = children[0]
        return self.part("argument", str(only) if isinstance(only, str) else only.text, children)

    def typed(self, children: Children) -> Part:
        written: n.TypeWritten = children[1]
        domain = self.value_of(children, "domain")
        if domain is not None:
            written = n.TypeWritten(
                atoms=written.atoms,
                format=written.format,
                or_null=written.or_null,
                domain=domain,
                span=self.span(children[1:]),
            )
        return self.part("type", written, children)

    def domain(self, children: Children) -> Part:
        return self.part("domain", formulas(children), children)

    # ------------------------------------------------------------ members

    def scope(self, children: Children) -> n.RowScope:
        return n.RowScope(condition=children[1], span=self.span(children))

    def snapshot(self, children: Children) -> n.Snapshot:
        per = self.value_of(children, "per") or ()
        return n.Snapshot(by=children[2], per=per, span=self.span(children))

    def key(self, children: Children) -> n.Key:
        return n.Key(columns=all_of(children, n.Name), span=self.span(children))

    def join(self, children: Children) -> n.Join:
        relation, moment = self.value_of(children, "moment") or (None, None)
        return n.Join(
            name=plain_name(children[1]),
            name_span=self.place(children[1]),
            target=self.value_of(children, "target"),
            columns=all_of(children, n.Name),
            relation=relation,
            moment=moment,
            default=children[-1] == "default",
            span=self.span(children),
        )

    def target(self, children: Children) -> Part:
        return self.part("target", children[1], children)

    def moment(self, children: Children) -> Part:
        return self.part("moment", (" ".join(words(children)), children[-1]), children)

    def time(self, children: Children) -> n.TimeMember:
        return n.TimeMember(
            name=plain_name(children[1]),
            name_span=self.place(children[1]),
            type=self.value_of(children, "type"),
            value=self.value_of(children, "value"),
            default=len(children) > 2 and children[-1] == "default",
            span=self.span(children),
        )

    def dimension(self, children: Children) -> n.DimensionMember:
        return n.DimensionMember(**self.described(children))

    def fact(self, children: Children) -> n.FactMember:
        stock = next(iter(all_of(children, n.Stock)), None)
        spread = next(iter(all_of(children, n.Spread)), None)
        return n.FactMember(stock=stock, spread=spread, **self.described(children))

    def described(self, children: Children) -> dict[str, Any]:
        """The fields that a dimension and a fact share."""
        return {
            "name": plain_name(children[1]),
            "name_span": self.place(children[1]),
            "label": self.value_of(children, "label"),
            "type": self.value_of(children, "type"),
            "value": self.value_of(children, "value"),
            "span": self.span(children),
        }

    def stock(self, children: Children) -> n.Stock:
        per = self.value_of(children, "per") or ()
        return n.Stock(
            rule=plain_name(children[1]),
            rule_span=self.place(children[1]),
            by=children[3],
            per=per,
            span=self.span(children),
        )

    def spread(self, children: Children) -> n.Spread:
        return n.Spread(start=children[2], end=children[4], span=self.span(children))

    def valid(self, children: Children) -> n.Validity:
        return n.Validity(start=children[2], end=children[4], span=self.span(children))

    def per_columns(self, children: Children) -> Part:
        return self.part("per", all_of(children, n.Name), children)

    # ------------------------------------------------------------ properties

    def property(self, children: Children) -> n.Property:
        word = children[0].value if isinstance(children[0], Part) else plain_name(children[0])
        return n.Property(
            word=word,
            word_span=self.place(children[0]),
            values=formulas(children),
            span=self.span(children),
        )

    def written_text(self, children: Children) -> n.Property:
        language = self.value_of(children, "language")
        text = " ".join(plain_text(c) for c in children[1 if language is None else 2 :])
        label = n.Label(text=text, language=language, span=self.span(children[1:]))
        return n.Property(
            word=str(children[0]),
            word_span=self.place(children[0]),
            values=(label,),
            span=self.span(children),
        )

    def language(self, children: Children) -> Part:
        """`zh`, `pt-BR`, `zh-Hant`: in the usual letters, so that `ZH` is the same language."""
        first, *rest = [plain_name(child) for child in children[::2]]
        tags = [first.lower(), *(_TAG_LETTERS.get(len(part), str.lower)(part) for part in rest)]
        return self.part("language", "-".join(tags), children)

    def replaced_by(self, children: Children) -> n.Property:
        return n.Property(
            word="replaced by",
            word_span=self.span(children[:2]),
            values=(children[2],),
            span=self.span(children),
        )

    def range(self, children: Children) -> n.Range:
        return n.Range(low=children[0], high=children[2], span=self.span(children))

    def open_range(self, children: Children) -> n.OpenRange:
        return n.OpenRange(bound=children[0], higher=children[2] == "higher", span=self.span(children))
